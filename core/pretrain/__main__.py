"""`python -m core.pretrain`."""

from core.pretrain.command import main

if __name__ == "__main__":
    main()
