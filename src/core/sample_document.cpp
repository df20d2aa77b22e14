#include "jobflip/core/sample_document.hpp"

#include "core/field_json.hpp"
#include "jobflip/core/sample_fields.hpp"

namespace jobflip::core {
namespace {

std::string document_of(const QueueSample& sample, Absent absent) {
  auto out = Json::object();
  add_fields(out, sample, sample_fields(), absent);
  return dump(out);
}

}  // namespace

std::string sample_document(const QueueSample& sample) {
  return document_of(sample, Absent::is_null);
}

std::string sample_document_without_nulls(const QueueSample& sample) {
  return document_of(sample, Absent::is_left_out);
}

Result<QueueSample> parse_sample_document(std::string_view json, const QueueName& queue) {
  const auto object = parse_object(json);
  if (!object) return unreadable_value("sample", "");
  QueueSample sample;
  sample.queue = queue;
  if (const auto bad = read_fields(*object, sample, sample_fields()); !bad.empty())
    return unreadable_value("sample", bad);
  for (const auto& field : sample_fields()) {
    const auto* count = std::get_if<std::int64_t QueueSample::*>(&field.member);
    if (count != nullptr && sample.**count < 0) return unreadable_value("sample", field.name);
  }
  return sample;
}

}  // namespace jobflip::core
