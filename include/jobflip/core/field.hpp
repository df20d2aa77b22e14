#pragma once
/// The name, the limits and the meaning of one member of a settings struct. Tables of such fields
/// (settings_fields.hpp) are the only description of a setting: the pool file's reader, the
/// documents that go to the store and come back, and a test of docs/configuration.md go through
/// them. Defaults are those of the struct itself.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "jobflip/base/time.hpp"

namespace jobflip::core {

/// An enum by its words, in the order of its enumerators, which count from 0.
template <class Owner>
struct Choice {
  std::span<const std::string_view> words;
  std::size_t (*get)(const Owner& owner);
  void (*set)(Owner& owner, std::size_t place);  // Requires: place < words.size()
};

/// `member` is a pointer to a member that is an enum: choice<&PoolSettings::mode>(kPoolModeWords).
template <auto member, class Owner, class Enum>
constexpr Choice<Owner> choice_of(Enum Owner::*, std::span<const std::string_view> words) {
  static_assert(std::is_enum_v<Enum>);
  return {words, [](const Owner& owner) { return static_cast<std::size_t>(owner.*member); },
          [](Owner& owner, std::size_t place) { owner.*member = static_cast<Enum>(place); }};
}
template <auto member>
constexpr auto choice(std::span<const std::string_view> words) {
  return choice_of<member>(member, words);
}

/// Everything but a text of at least one byte has a default.
template <class Owner>
using SettingMember = std::variant<Millis Owner::*, std::optional<Millis> Owner::*, int Owner::*,
                                   bool Owner::*, double Owner::*, std::string Owner::*,
                                   std::optional<std::string> Owner::*, Choice<Owner>>;

/// Of a length: the least, in milliseconds. Of a whole number: the least and the most. Of a number:
/// the least, and what it must be below. Of a text: the least bytes, 0 or 1, and the most.
struct Limits {
  double least{};
  double most{};
};

template <class Owner>
struct SettingField {
  std::string_view key;  // in the pool file
  SettingMember<Owner> member;
  Limits limits;
  std::string_view text;  // Markdown, as on the reference page
};

template <class Owner>
constexpr bool is_length(const SettingField<Owner>& field) {
  return std::holds_alternative<Millis Owner::*>(field.member) ||
         std::holds_alternative<std::optional<Millis> Owner::*>(field.member);
}

/// In a document a length is a number of milliseconds, and says so.
template <class Owner>
std::string json_key(const SettingField<Owner>& field) {
  return std::string{field.key} + (is_length(field) ? "_ms" : "");
}

}  // namespace jobflip::core
