#include "audit/event_text.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "jobflip/audit/chain.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/hex.hpp"

namespace jobflip::audit {
namespace {

using view::Json;

/// Takes fields out of one object and remembers whether all of them were as they must be.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object), sound_(object.is_object()) {}

  std::string text(const char* key) { return take(key, false).value_or(""); }
  std::optional<std::string> maybe_text(const char* key) { return take(key, true); }

  std::int64_t number(const char* key) { return maybe_number(key, false).value_or(0); }
  std::optional<std::int64_t> maybe_number(const char* key, bool may_be_null = true) {
    const auto* value = find(key);
    // one beyond int64 would come out as another number, and be verified as that
    const bool fits = value != nullptr && value->is_number_integer() &&
                      (!value->is_number_unsigned() || value->get<std::uint64_t>() <= INT64_MAX);
    if (fits) return value->get<std::int64_t>();
    if (value == nullptr || !value->is_null() || !may_be_null) sound_ = false;
    return std::nullopt;
  }

  std::string hash(const char* key) {
    auto bytes = bytes_of_hex(text(key)).value_or("");
    if (bytes.size() != kHashBytes) sound_ = false;
    return bytes;
  }

  /// For readers; other code compares it.
  Json any(const char* key) {
    const auto* value = find(key);
    return value == nullptr ? Json{} : *value;
  }

  /// True if all fields were as they must be, and there are no others.
  bool sound() const { return sound_ && found_ == object_.size(); }

 private:
  /// Requires: each key is asked for once.
  const Json* find(const char* key) {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    if (found == object_.end()) return nullptr;
    ++found_;
    return &*found;
  }

  std::optional<std::string> take(const char* key, bool may_be_null) {
    const auto* value = find(key);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    if (value == nullptr || !value->is_null() || !may_be_null) sound_ = false;
    return std::nullopt;
  }

  const Json& object_;
  bool sound_;
  std::size_t found_{0};
};

/// Notes the first key that an object has twice: a reader and this program could see different
/// values. The rest of it does nothing.
class KeyWatch final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*size*/) override {
    open_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    if (open_.back().insert(name).second) return true;
    repeated_ = name;
    return false;
  }
  bool end_object() override {
    open_.pop_back();
    return true;
  }
  bool start_array(std::size_t /*size*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return false;
  }

  std::optional<std::string> repeated() const { return repeated_; }

 private:
  std::vector<std::set<std::string>> open_;
  std::optional<std::string> repeated_;
};

/// Requires: the text is JSON.
std::optional<std::string> repeated_key(std::string_view text) {
  KeyWatch watch;
  nlohmann::json::sax_parse(text, &watch);
  return watch.repeated();
}

}  // namespace

Json payload_json(const core::AuditEvent& event) {
  return view::parse_json(event.payload).value_or(Json{});
}

bool is_same_payload(const Json& payload, const core::AuditEvent& event) {
  // programs may have written the keys in another order
  return nlohmann::json(payload) == nlohmann::json(payload_json(event));
}

bool is_in_range(WallTime at) noexcept {
  return at.time_since_epoch().count() >= 0 &&
         at.time_since_epoch() < std::chrono::seconds{253'402'300'800};
}

std::optional<Json> read_object(std::string_view text, std::string& why) {
  auto document = view::parse_json(text);
  if (!document || !document->is_object()) {
    why = "it is not a JSON object";
    return std::nullopt;
  }
  if (const auto key = repeated_key(text)) {
    why = fmt::format("one of its objects has the key \"{}\" twice", printable(*key, 60));
    return std::nullopt;
  }
  return document;
}

bool read_event(const Json& object, core::AuditEvent& e) {
  Fields fields{object};
  e.chain = fields.text("chain");
  e.seq = fields.number("seq");
  e.at = WallTime{Micros{fields.number("at_us")}};
  e.kind = fields.text("kind");
  e.node = fields.maybe_text("node");
  e.flip = fields.maybe_number("flip");
  e.epoch = fields.maybe_number("epoch");
  e.session_user = fields.text("session_user");
  e.actor = fields.maybe_text("actor");
  e.reason = fields.text("reason");
  e.payload = fields.text("payload_text");
  e.previous_hash = fields.hash("previous_hash");
  e.hash = fields.hash("hash");
  const auto at = fields.text("at");
  const auto payload = fields.any("payload");
  return fields.sound() && is_in_range(e.at) && at == rfc3339(e.at) && is_same_payload(payload, e);
}

std::optional<core::ChainHead> read_head(const Json& object) {
  Fields fields{object};
  core::ChainHead head{fields.text("chain"), fields.number("seq"), fields.hash("hash")};
  if (!fields.sound()) return std::nullopt;
  return head;
}

}  // namespace jobflip::audit
