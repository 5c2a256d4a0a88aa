"""All shared Streamlit code, and the only place that touches the session's state."""
