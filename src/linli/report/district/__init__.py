"""The district plan 一区一规划: one document model, written as an editable Word file and as a PDF."""
