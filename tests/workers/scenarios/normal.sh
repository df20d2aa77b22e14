# shellcheck shell=bash
# 100 mails, and nothing is wrong: each is delivered once, and nothing is flipped.
enqueue normal 100
until_delivered 90 normal 100
must_be_complete normal 100 0
must_have_flipped 0
must_not_say BLIND STALLED HELD FAILING
