#pragma once
/// Checks the texts of a person that the audit log keeps: a reason, a claimed name. The store
/// refuses the same texts; a front end checks first, so that it can say which text is wrong.

#include <string>
#include <string_view>

namespace jobflip::core {

/// "" if the reason can be recorded, else what is wrong with it: "is missing or empty".
std::string why_not_a_reason(std::string_view reason);

/// A name in the log is UTF-8 text of at most 200 bytes. It may be empty.
bool may_be_claimed(std::string_view name) noexcept;

/// "" if a person may claim the name, else what is wrong with it. One that begins as those of
/// programs do ("supervisor sup1") would look like a decision of theirs.
std::string why_not_claimed(std::string_view name);

}  // namespace jobflip::core
