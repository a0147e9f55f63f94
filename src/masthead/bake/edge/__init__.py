"""The edge: the process that readers' browsers talk to.

It answers baked pages, styles and media by itself and hands everything else to the application.
Nothing here imports Django or knows another app, so it goes on when the application is down.
"""
