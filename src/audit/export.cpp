#include "jobflip/audit/export.hpp"

#include <fmt/format.h>

#include <array>
#include <istream>
#include <ostream>
#include <set>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/hex.hpp"

namespace jobflip::audit {
namespace {

using view::Json;
using view::or_null;

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
std::optional<std::string> repeated_key(const std::string& text) {
  KeyWatch watch;
  nlohmann::json::sax_parse(text, &watch);
  return watch.repeated();
}

/// null if the text is not JSON, as in a damaged row.
Json payload_json(const core::AuditEvent& event) {
  return view::parse_json(event.payload).value_or(Json{});
}

std::optional<core::AuditEvent> read_event(const Json& object) {
  Fields fields{object};
  core::AuditEvent e;
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
  // years 1970 to 9999: beyond, the text would not have its form
  const bool in_range = e.at.time_since_epoch().count() >= 0 &&
                        e.at.time_since_epoch() < std::chrono::seconds{253'402'300'800};
  const auto at = fields.text("at");
  const nlohmann::json payload = fields.any("payload");
  if (!in_range || at != rfc3339(e.at) || !fields.sound()) return std::nullopt;
  // programs may have written the keys in another order
  if (payload != nlohmann::json(payload_json(e))) return std::nullopt;
  return e;
}

std::optional<core::ChainHead> read_head(const Json& object) {
  Fields fields{object};
  core::ChainHead head{fields.text("chain"), fields.number("seq"), fields.hash("hash")};
  if (!fields.sound()) return std::nullopt;
  return head;
}

}  // namespace

Json event_json(const core::AuditEvent& e) {
  return Json{{"chain", e.chain},
              {"seq", e.seq},
              {"at", rfc3339(e.at)},
              {"at_us", e.at.time_since_epoch().count()},
              {"kind", e.kind},
              {"node", or_null(e.node)},
              {"flip", or_null(e.flip)},
              {"epoch", or_null(e.epoch)},
              {"session_user", e.session_user},
              {"actor", or_null(e.actor)},
              {"reason", e.reason},
              {"payload", payload_json(e)},
              {"payload_text", e.payload},
              {"previous_hash", hex_of_bytes(e.previous_hash)},
              {"hash", hex_of_bytes(e.hash)}};
}

Json head_json(const core::ChainHead& head) {
  return Json{{"chain", head.chain}, {"seq", head.seq}, {"hash", hex_of_bytes(head.hash)}};
}

Json checks_json(std::span<const ChainCheck> checks) {
  bool sound = true;
  Json chains = Json::array();
  for (const auto& [head, flaw] : checks) {
    if (flaw) sound = false;
    chains.push_back(Json{{"chain", head.chain},
                          {"events", head.seq},
                          {"head_hash", hex_of_bytes(head.hash)},
                          {"sound", !flaw},
                          {"broken_seq", flaw ? Json(flaw->seq) : Json{}},
                          {"why", flaw ? Json(flaw->why) : Json{}}});
  }
  return Json{{"schema", 1}, {"sound", sound}, {"chains", std::move(chains)}};
}

ExportWriter::ExportWriter(std::ostream& out, std::span<const core::ChainHead> heads) : out_(out) {
  out_ << "{\n\"schema\": 1,\n\"heads\": [";
  std::string_view comma = "\n";
  for (const auto& head : heads) {
    out_ << comma << view::json_text(head_json(head), -1);
    comma = ",\n";
  }
  out_ << "\n],\n\"events\": [";
}

void ExportWriter::add(std::span<const core::AuditEvent> events) {
  for (const auto& event : events) {
    out_ << (is_first_ ? "\n" : ",\n") << view::json_text(event_json(event), -1);
    is_first_ = false;
  }
}

void ExportWriter::finish() {
  out_ << "\n]\n}\n" << std::flush;
}

Result<Export> read_export(std::istream& in, const std::string& name) {
  const auto wrong = [&](std::string_view why) {
    return Error{ErrorCode::config,
                 fmt::format("{} is not an audit export: {}", printable(name), why),
                 "`jobflip audit export` writes one"};
  };
  std::string text;
  std::array<char, 65536> block{};
  while (in.read(block.data(), block.size()) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kExportMax) return wrong("it is larger than 256 MiB");
  }
  if (in.bad()) return wrong("it can't be read to its end: is it a folder?");
  const auto document = view::parse_json(text);
  if (!document || !document->is_object()) return wrong("it is not a JSON object");
  if (const auto key = repeated_key(text))
    return wrong(fmt::format("one of its objects has the key \"{}\" twice", printable(*key, 60)));
  if (document->value("schema", Json{}) != 1) return wrong("its schema is not 1");
  if (document->size() != 3) return wrong("it has more than schema, heads and events");
  const auto heads = document->value("heads", Json{});
  const auto events = document->value("events", Json{});
  if (!heads.is_array() || !events.is_array()) return wrong("it has no lists of heads and events");
  Export out;
  for (const auto& one : heads) {
    const auto head = read_head(one);
    if (!head) return wrong(fmt::format("head {} does not hold", out.heads.size() + 1));
    out.heads.push_back(*head);
  }
  for (const auto& one : events) {
    const auto event = read_event(one);
    if (!event) {
      return wrong(
          fmt::format("event {} lacks a field or has one too many, or its fields "
                      "contradict each other",
                      out.events.size() + 1));
    }
    out.events.push_back(*event);
  }
  return out;
}

}  // namespace jobflip::audit
