"""数据共享 sharing: the catalogue, requests and answers, exchange packs, and other departments' programs."""
