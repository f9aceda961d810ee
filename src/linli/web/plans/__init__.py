"""提升方案 plans: siting studies over an assessment, compared, and one adopted."""
