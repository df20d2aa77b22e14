#pragma once
/// Reads the settings that core describes (core/settings_fields.hpp) from a table of the pool file.

#include <variant>

#include "config/reader.hpp"
#include "jobflip/core/settings_fields.hpp"

namespace jobflip::config {

/// Reads one member of `owner`, by its type. An invalid value leaves it unchanged.
template <class Owner>
class SettingReader {
 public:
  SettingReader(Reader& reader, Owner& owner) : reader_(reader), owner_(owner) {}

  void read(const core::SettingField<Owner>& field) {
    key_ = field.key;
    limits_ = field.limits;
    std::visit([this](const auto& member) { this->assign(member); }, field.member);
  }

 private:
  template <class T>
  void keep(const std::optional<T>& value, T Owner::*member) {
    if (value) owner_.*member = *value;
  }
  std::optional<Millis> length() {
    return reader_.duration(key_, Millis{static_cast<std::int64_t>(limits_.least)});
  }

  void assign(Millis Owner::*member) { keep(length(), member); }
  void assign(std::optional<Millis> Owner::*member) { owner_.*member = length(); }
  void assign(bool Owner::*member) { keep(reader_.flag(key_), member); }
  void assign(double Owner::*member) {
    keep(reader_.number(key_, limits_.least, limits_.most), member);
  }
  std::optional<std::string> text(Need need) {
    return reader_.text(key_, need, static_cast<std::size_t>(limits_.most));
  }
  void assign(std::string Owner::*member) {
    keep(text(limits_.least > 0 ? Need::required : Need::optional), member);
  }
  void assign(std::optional<std::string> Owner::*member) { owner_.*member = text(Need::optional); }
  void assign(int Owner::*member) {
    const auto value = reader_.integer(
        key_, {static_cast<std::int64_t>(limits_.least), static_cast<std::int64_t>(limits_.most)});
    if (value) owner_.*member = static_cast<int>(*value);
  }
  void assign(const core::Choice<Owner>& choice) {
    const auto word = reader_.choice(key_, choice.words);
    if (word) choice.set(owner_, *word);
  }

  Reader& reader_;
  Owner& owner_;
  std::string_view key_;
  core::Limits limits_;
};

template <class Owner>
void read_settings(Reader& reader, Owner& out) {
  SettingReader<Owner> one{reader, out};
  for (const auto& field : core::fields_of<Owner>()) one.read(field);
}

}  // namespace jobflip::config
