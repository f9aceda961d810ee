"""表格导入 imports: workbooks from streets and communities, checked first, applied in one go, undone as a batch."""
