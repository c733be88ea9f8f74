// Runs for ever without a single system call.
int main(void) {
    volatile unsigned turns = 0;
    for (;;) turns++;
}
