#pragma once
/// The words of a person that the audit log keeps: the store refuses the same ones, but a front end
/// says which word is wrong before it asks.

#include <string>
#include <string_view>

namespace jobflip::core {

/// "" if the reason can be recorded, else what is wrong with it: "is missing or empty".
std::string why_not_a_reason(std::string_view reason);

/// A claimed name is UTF-8 text of at most 200 bytes. It may be empty.
bool may_be_claimed(std::string_view name) noexcept;

}  // namespace jobflip::core
