// Imports a function that no host has: it links, and must be refused by name.
__attribute__((import_module("env"), import_name("samovar_missing"))) void samovar_missing(void);

int main(void) {
    samovar_missing();
    return 0;
}
