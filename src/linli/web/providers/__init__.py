"""服务商名录 the directory of service providers: published versions, yearly evaluation, warning and removal."""
