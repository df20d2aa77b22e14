#pragma once
/// A sample as a JSON document, with the keys of sample_fields.hpp: the form in which it is
/// published, kept and shown. A missing value is null; where many are kept, it is left out.

#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/core/sample.hpp"

namespace jobflip::core {

std::string sample_document(const QueueSample& sample);
std::string sample_document_without_nulls(const QueueSample& sample);

/// A supervisor of another version may have written it: unknown keys are ignored, missing ones
/// are as in a new QueueSample.
Result<QueueSample> parse_sample_document(std::string_view json, const QueueName& queue);

}  // namespace jobflip::core
