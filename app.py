"""Home: the lecture as a map, with one card per lesson."""

from itertools import groupby

import streamlit as st

from ui import page
from ui.lessons import LESSONS

look = page.home()
st.markdown(
    "The models of the lecture *Auto-Encoders and Deep Generative Models*, to train, to break and "
    "to take apart. Everything runs on this computer, also without a network."
)
st.markdown(
    "Colours mean the same on every page: :blue[**real data**], :orange[**generated**], "
    ":green[**discriminator or encoder**], :violet[**noise and latent space**], "
    ":gray[**theory**]."
)
for section, lessons in groupby(LESSONS, key=lambda row: row.section):
    st.subheader(section, anchor=False)
    columns = st.columns(1 if look.narrow else 3)
    for k, row in enumerate(lessons):
        with columns[k % len(columns)], st.container(border=True):
            page.picture(row.stem, f"{row.title}: a picture from the lesson")
            st.markdown(f"**{row.title}**  \n{row.point}")
            page.link_to(row, "Open the lesson")
