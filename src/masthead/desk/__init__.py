"""The newsroom's own side: roles, workflow, what an editor sees first."""
