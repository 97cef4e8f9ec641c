"""电话名单: notices that reached nobody by themselves."""
