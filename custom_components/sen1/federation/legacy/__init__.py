"""Those who speak older dialects: data nodes of Quoalise and proxies of 2019."""
