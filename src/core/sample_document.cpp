#include "jobflip/core/sample_document.hpp"

#include "core/field_json.hpp"
#include "jobflip/core/sample_fields.hpp"

namespace jobflip::core {

std::string sample_document(const QueueSample& sample) {
  auto out = Json::object();
  add_fields(out, sample, sample_fields(), Absent::is_null);
  return dump(out);
}

Result<QueueSample> parse_sample_document(std::string_view json, const QueueName& queue) {
  const auto object = parse_object(json);
  if (!object) return unreadable_value("sample", "");
  QueueSample sample;
  sample.queue = queue;
  if (const auto bad = read_fields(*object, sample, sample_fields()); !bad.empty())
    return unreadable_value("sample", bad);
  return sample;
}

}  // namespace jobflip::core
