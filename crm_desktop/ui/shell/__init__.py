"""The frame around the pages: main window, navigation, welcome, sign-in, lock, the one list of actions."""
