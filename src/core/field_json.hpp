#pragma once
/// Members to JSON values and back, by their types. A value that is missing or null leaves the
/// member as it is: who wrote the document may be older. Reading never throws.

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/field.hpp"

namespace jobflip::core {

using Json = nlohmann::ordered_json;

inline Json json_of(Millis length) {
  return length.count();
}
inline Json json_of(WallTime at) {
  return rfc3339(at);
}
template <class T>
Json json_of(const T& value) {
  return value;
}
template <class T>
Json json_of(const std::optional<T>& value) {
  return value ? json_of(*value) : Json{};
}
template <class Owner, class T>
Json member_json(const Owner& owner, T Owner::*member) {
  return json_of(owner.*member);
}
template <class Owner>
Json member_json(const Owner& owner, const Choice<Owner>& choice) {
  return choice.words[choice.get(owner)];
}

/// Each returns false if the value is not of the type of `out`.
bool read_json(const Json& json, std::int64_t& out);
bool read_json(const Json& json, int& out);
bool read_json(const Json& json, bool& out);
bool read_json(const Json& json, double& out);
bool read_json(const Json& json, std::string& out);
bool read_json(const Json& json, Millis& out);
bool read_json(const Json& json, WallTime& out);
template <class T>
bool read_json(const Json& json, std::optional<T>& out) {
  return read_json(json, out.emplace());
}
template <class Owner, class T>
bool read_member(const Json& json, Owner& owner, T Owner::*member) {
  return read_json(json, owner.*member);
}
template <class Owner>
bool read_member(const Json& json, Owner& owner, const Choice<Owner>& choice) {
  for (std::size_t i = 0; i < choice.words.size(); ++i)
    if (json.is_string() && json.get_ref<const std::string&>() == choice.words[i]) {
      choice.set(owner, i);
      return true;
    }
  return false;
}

/// What null means to whoever reads the document.
enum class Absent { is_null, is_left_out };

template <class Owner, class Fields>
void add_fields(Json& out, const Owner& owner, const Fields& fields, Absent absent) {
  for (const auto& field : fields) {
    auto value = std::visit([&](const auto& m) { return member_json(owner, m); }, field.member);
    if (!value.is_null() || absent == Absent::is_null) out[json_key(field)] = std::move(value);
  }
}

/// The key of the first value that can't be read; "" if all can. Other keys are ignored.
/// Requires: an object
template <class Owner, class Fields>
std::string read_fields(const Json& object, Owner& owner, const Fields& fields) {
  for (const auto& field : fields) {
    const auto found = object.find(json_key(field));
    if (found == object.end() || found->is_null()) continue;
    const auto read = [&](const auto& m) { return read_member(*found, owner, m); };
    if (!std::visit(read, field.member)) return json_key(field);
  }
  return "";
}

/// Whatever bytes a text has, it becomes JSON.
std::string dump(const Json& json);

/// An object, or nothing.
std::optional<Json> parse_object(std::string_view text);

/// The error of a document that this program can't read: `what` names it, `key` the value.
Error unreadable_value(std::string_view what, std::string_view key);

}  // namespace jobflip::core
