#include "jobflip/audit/chain.hpp"

#include <openssl/sha.h>

namespace jobflip::audit {
namespace {

std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>((value >> shift) & 0xff);
  return out;
}

void add(std::string& form, std::string_view bytes) {
  form += big_endian(bytes.size(), 4);
  form += bytes;
}

void add(std::string& form, std::int64_t number) {
  add(form, std::string_view{big_endian(static_cast<std::uint64_t>(number), 8)});
}

template <class T>
void add_maybe(std::string& form, const std::optional<T>& value) {
  if (value)
    add(form, *value);
  else
    form += "\xff\xff\xff\xff";
}

std::string sha256(std::string_view bytes) {
  std::string out(kHashBytes, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

}  // namespace

std::string canonical_form(const core::AuditEvent& event) {
  std::string form;
  add(form, event.chain);
  add(form, event.seq);
  add(form, std::int64_t{event.at.time_since_epoch().count()});
  add(form, event.kind);
  add_maybe(form, event.node);
  add_maybe(form, event.flip);
  add_maybe(form, event.epoch);
  add(form, event.session_user);
  add_maybe(form, event.actor);
  add(form, event.reason);
  add(form, event.payload);
  return form;
}

std::string audit_hash(std::string_view previous, const core::AuditEvent& event) {
  std::string bytes = "jobflip-audit-1";
  bytes += previous;
  bytes += canonical_form(event);
  return sha256(bytes);
}

ChainWalk::ChainWalk(std::string chain) : chain_(std::move(chain)), hash_(kHashBytes, '\0') {}

void ChainWalk::check(const core::AuditEvent& event) {
  const auto breaks = [&](std::int64_t seq, std::string why) {
    flaw_ = Flaw{chain_, seq, std::move(why)};
  };
  if (event.chain != chain_)
    return breaks(event.seq, "the event belongs to chain \"" + event.chain + "\"");
  const auto wanted = seq_ + 1;
  if (event.seq != wanted)
    return breaks(wanted, "event " + std::to_string(wanted) + " is missing: " +
                              std::to_string(event.seq) + " follows " + std::to_string(seq_));
  if (event.previous_hash != hash_)
    return breaks(event.seq, "its previous hash is not the hash of the event before it");
  if (event.hash != audit_hash(hash_, event))
    return breaks(event.seq, "its hash is not the hash of what it says");
  seq_ = event.seq;
  hash_ = event.hash;
}

const std::optional<Flaw>& ChainWalk::feed(std::span<const core::AuditEvent> events) {
  for (const auto& event : events) {
    if (flaw_) break;
    check(event);
  }
  return flaw_;
}

const std::optional<Flaw>& ChainWalk::finish(const core::ChainHead& head) {
  if (flaw_) return flaw_;
  if (head.seq == 0 && seq_ == 0) return flaw_;
  if (head.seq == 0)
    flaw_ = Flaw{chain_, seq_, "the chain has events and no head"};
  else if (seq_ != head.seq)
    flaw_ = Flaw{chain_, seq_ + 1,
                 "the chain ends at " + std::to_string(seq_) + ", and its head says " +
                     std::to_string(head.seq)};
  else if (hash_ != head.hash)
    flaw_ = Flaw{chain_, seq_, "the chain's head has another hash than its last event"};
  return flaw_;
}

}  // namespace jobflip::audit
