module leaving

go 1.26.0
