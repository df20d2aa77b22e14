#include "jobflip/audit/chain.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "jobflip/base/check.hpp"

namespace jobflip::audit {
namespace {

constexpr std::string_view kFormName = "jobflip-audit-1";

template <int Bytes>
void add_big_endian(std::string& form, std::uint64_t value) {
  std::array<char, Bytes> out{};
  for (int i = 0; i < Bytes; ++i)
    out[static_cast<std::size_t>(i)] = static_cast<char>((value >> ((Bytes - 1 - i) * 8)) & 0xff);
  form.append(out.data(), out.size());
}

void add(std::string& form, std::string_view bytes) {
  add_big_endian<4>(form, bytes.size());
  form += bytes;
}

void add(std::string& form, std::int64_t number) {
  add_big_endian<4>(form, 8);
  add_big_endian<8>(form, static_cast<std::uint64_t>(number));
}

template <class T>
void add_maybe(std::string& form, const std::optional<T>& value) {
  if (value)
    add(form, *value);
  else
    form += "\xff\xff\xff\xff";
}

void add_event(std::string& form, const core::AuditEvent& event) {
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
}

/// OpenSSL looks an algorithm up by its name each time that it is asked for by a one-shot call,
/// which takes longer than hashing an event.
class Sha256 {
 public:
  Sha256() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    JF_CHECK(algorithm_ != nullptr && context_ != nullptr);
  }
  /// Valid until the next call.
  std::string_view of(std::string_view previous, const core::AuditEvent& event) {
    bytes_.clear();
    bytes_ += kFormName;
    bytes_ += previous;
    add_event(bytes_, event);
    const bool hashed = EVP_DigestInit_ex(context_.get(), algorithm_.get(), nullptr) == 1 &&
                        EVP_DigestUpdate(context_.get(), bytes_.data(), bytes_.size()) == 1 &&
                        EVP_DigestFinal_ex(context_.get(), hash_.data(), nullptr) == 1;
    JF_CHECK(hashed);
    return {reinterpret_cast<const char*>(hash_.data()), hash_.size()};
  }

 private:
  struct Freed {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Freed> algorithm_;
  std::unique_ptr<EVP_MD_CTX, Freed> context_;
  std::string bytes_;
  std::array<unsigned char, kHashBytes> hash_{};
};

Sha256& sha256() {
  thread_local Sha256 one;
  return one;
}

}  // namespace

const std::string& no_hash() {
  static const std::string zeros(kHashBytes, '\0');
  return zeros;
}

std::string canonical_form(const core::AuditEvent& event) {
  std::string form;
  add_event(form, event);
  return form;
}

std::string audit_hash(std::string_view previous, const core::AuditEvent& event) {
  return std::string{sha256().of(previous, event)};
}

bool has_own_hash(const core::AuditEvent& event) {
  return sha256().of(event.previous_hash, event) == event.hash;
}

}  // namespace jobflip::audit
