#pragma once
/// One event of an export as JSON text, read by the way that takes every form of JSON, and checked:
/// no key twice, no key too many, and fields that say the same twice agree.

#include <optional>
#include <string>
#include <string_view>

#include "jobflip/core/audit.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::audit {

/// null if the text is not JSON, as in a damaged row.
view::Json payload_json(const core::AuditEvent& event);

/// Does a payload in an export say the same as `payload_text`? Keys may be in another order.
bool is_same_payload(const view::Json& payload, const core::AuditEvent& event);

/// Can `at` be written as text, and be read again? The years 1970 to 9999.
bool is_in_range(WallTime at) noexcept;

/// A JSON object without a key twice, in it and below. Else `why` says why not.
std::optional<view::Json> read_object(std::string_view text, std::string& why);

bool read_event(const view::Json& object, core::AuditEvent& event);
std::optional<core::ChainHead> read_head(const view::Json& object);

}  // namespace jobflip::audit
