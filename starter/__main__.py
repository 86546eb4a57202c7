"""`python -m starter` is `furlough`."""

from starter.app import main

if __name__ == "__main__":
    main()
