module samovar.dev/examples/go-hello

go 1.21
