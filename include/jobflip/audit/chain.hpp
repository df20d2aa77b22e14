#pragma once
/// The hash of an audit event: SHA-256 over the hash of the event before it and a form of its own
/// fields (core/audit.hpp has the form).

#include <cstddef>
#include <string>
#include <string_view>

#include "jobflip/core/audit.hpp"

namespace jobflip::audit {

inline constexpr std::size_t kHashBytes = 32;  // SHA-256

/// What stands in for the hash before the first event of a chain: 32 zero bytes.
const std::string& no_hash();

/// The bytes that are hashed behind the previous hash.
std::string canonical_form(const core::AuditEvent& event);

/// The hash of `event`, 32 bytes, after an event with the hash `previous`.
std::string audit_hash(std::string_view previous, const core::AuditEvent& event);

/// Is the event's hash the one of what it says, after the previous hash that it names? Allocates
/// nothing once it has seen an event of that size.
bool has_own_hash(const core::AuditEvent& event);

}  // namespace jobflip::audit
