#include "view/store_event_text.hpp"

namespace jobflip::view {

std::string store_event_text(const ReadEvent& e) {
  return reason_or(e, "the store lost history, was set back, or is a copy");
}

std::string epochs_lowered_text(const ReadEvent& e) {
  const auto before = count_of(e.payload, "epoch_before");
  return because(fmt::format("the owner of the database lowered the epochs{}{}",
                             before ? fmt::format(" from {}", *before) : "",
                             e.event.epoch ? fmt::format(" to {}", *e.event.epoch) : ""),
                 e);
}

std::string audit_sealed_text(const ReadEvent& e) {
  const auto events = count_of(e.payload, "events");
  const auto up_to = count_of(e.payload, "up_to");
  return because(
      fmt::format("{} events{} were removed; the export with SHA-256 {} has them",
                  events ? std::to_string(*events) : "some",
                  up_to ? fmt::format(" up to number {}", *up_to) : "", e.text("sha256")),
      e);
}

std::string schema_upgraded_text(const ReadEvent& e) {
  const auto& list = list_of(e.payload, "migrations");
  std::string numbers;
  for (const auto& one : list) numbers += (numbers.empty() ? "" : ", ") + shown(one, kMostName);
  return list.empty() ? "the functions of the schema were replaced"
                      : "the schema was upgraded by migration " + printable(numbers, kMostDetail);
}

}  // namespace jobflip::view
