#pragma once
/// The description of every value of a sample: the probe row's column, the document's key, and what
/// docs/configuration.md says about it. A new value is a member in sample.hpp, a row in
/// sample_fields.cpp and a row in the documentation.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "jobflip/core/sample.hpp"

namespace jobflip::core {

/// A count is never NULL and never negative; a std::optional one may be both.
using SampleMember =
    std::variant<std::int64_t QueueSample::*, std::optional<std::int64_t> QueueSample::*,
                 std::optional<Millis> QueueSample::*, std::optional<WallTime> QueueSample::*,
                 std::optional<bool> QueueSample::*, std::optional<std::string> QueueSample::*>;

/// Whether a query has to return the column.
enum class Column { wanted, may_be_left_out };

struct SampleField {
  std::string_view name;
  SampleMember member;
  Column column;
  std::string_view text;  // Markdown, as on the reference page
};

std::span<const SampleField> sample_fields();

/// An age is in seconds in the probe row, as SQL has it, and in milliseconds in a document.
std::string column_of(const SampleField& field);
std::string json_key(const SampleField& field);

}  // namespace jobflip::core
