#pragma once
/// Checks the texts of a person that the audit log keeps: a reason, a claimed name. The store
/// refuses the same texts; a front end checks first, so that it can say which text is wrong.

#include <string>
#include <string_view>

namespace jobflip::core {

/// "" if the reason can be recorded, else what is wrong with it: "is missing or empty".
std::string why_not_a_reason(std::string_view reason);

/// A claimed name is UTF-8 text of at most 200 bytes. It may be empty.
bool may_be_claimed(std::string_view name) noexcept;

}  // namespace jobflip::core
