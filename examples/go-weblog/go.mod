module samovar.dev/weblog

go 1.21
