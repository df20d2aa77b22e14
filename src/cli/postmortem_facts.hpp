#pragma once
/// Gathers the facts of a post-mortem from the store. Every call is bounded, so that a page of a
/// large pool is made in seconds (report/facts.hpp has the limits). What can't be read costs its
/// part of the page, and a remark on it says so.

#include "cli/wanted_zone.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/report/facts.hpp"

namespace jobflip::cli {

/// Of an incident that the store keeps.
Result<report::Facts> facts_of_incident(ports::ReaderStore& store, core::Incident incident,
                                        const WantedZone& zone);
/// Of a flip, as if it were an incident of its own (report/derived.hpp).
Result<report::Facts> facts_of_flip(ports::ReaderStore& store, FlipId flip, const WantedZone& zone);

}  // namespace jobflip::cli
