#pragma once
/// Reads the `payload_text` of an event, and checks in the same pass that `payload` is that text
/// without its white space: PostgreSQL writes `{"a": 1}`, and an export has it as `{"a":1}`, too.
/// So no tree is made of either, and each byte is looked at once.

#include <string>
#include <string_view>

namespace jobflip::audit {

/// `at` is behind the quote that begins the text, and then behind the one that ends it. False for
/// what differs or is not JSON, and for what needs a closer look: long numbers, escapes by number,
/// a key that comes twice, many levels or keys. `at` and `out` mean nothing then.
bool read_payload_text(std::string_view payload, const char*& at, const char* end,
                       std::string& out);

}  // namespace jobflip::audit
