"""创建项目 creation projects: from application to naming and yearly re-check, along a workflow that is data."""
