from linli.feedback.choices import CompareOptions, Decision
