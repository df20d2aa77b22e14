#pragma once
/// An audit event with its payload read, for the sentences about it. What comes out of it is safe
/// on a terminal.

#include <fmt/format.h>

#include <string>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/audit.hpp"
#include "jobflip/view/black_box_document.hpp"

namespace jobflip::view {

inline constexpr std::size_t kMostName = 63;
inline constexpr std::size_t kMostReason = 1000;
inline constexpr std::size_t kMostDetail = 200;

/// An event with its payload read.
struct ReadEvent {
  const core::AuditEvent& event;
  Document payload;

  std::string text(const char* key) const { return shown(value_of(payload, key), kMostDetail); }
  bool flag(const char* key) const { return value_of(payload, key) == true; }
  std::string node() const { return printable(event.node.value_or("a node"), kMostName); }
  std::string flip() const {
    return event.flip ? fmt::format("flip {}", *event.flip) : std::string{"a flip"};
  }
  std::string reason() const { return printable(event.reason, kMostReason); }
};

/// "what: why", or one of them if the other is missing.
inline std::string because(const std::string& what, const std::string& why) {
  if (why.empty()) return what;
  return what.empty() ? why : what + ": " + why;
}

inline std::string because(const std::string& what, const ReadEvent& e) {
  return because(what, e.reason());
}

/// The reason itself is the sentence, written by the store.
inline std::string reason_or(const ReadEvent& e, const std::string& otherwise) {
  auto reason = e.reason();
  return reason.empty() ? otherwise : reason;
}

}  // namespace jobflip::view
