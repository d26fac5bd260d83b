"""Assembles the tools into a server and runs it; knows no Kubernetes."""
