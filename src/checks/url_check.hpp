#pragma once
/// Checks by http and by tcp, on libcurl. TLS certificates are verified, and no proxy of the
/// environment is used.

#include <atomic>

#include "jobflip/core/service_rules.hpp"
#include "jobflip/core/service_settings.hpp"

namespace jobflip::checks {

inline constexpr std::size_t kBodyMax = 1024 * 1024;
inline constexpr std::size_t kHeadersMax = 64 * 1024;
inline constexpr long kRedirectsMax = 3;

core::CheckResult check_http(const core::ServiceSettings& service,
                             const std::atomic<bool>& cancelled);
/// Connects and closes again; sends nothing.
core::CheckResult check_tcp(const core::ServiceSettings& service,
                            const std::atomic<bool>& cancelled);

}  // namespace jobflip::checks
