// A server whose certificate nobody has signed.

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <atomic>
#include <memory>

#include "support/loopback_server.hpp"
#include "unit/checks/checked.hpp"

namespace jobflip::checks {
namespace {

struct Freed {
  void operator()(SSL_CTX* one) const { SSL_CTX_free(one); }
  void operator()(SSL* one) const { SSL_free(one); }
  void operator()(X509* one) const { X509_free(one); }
  void operator()(EVP_PKEY* one) const { EVP_PKEY_free(one); }
};

std::unique_ptr<SSL_CTX, Freed> self_signed() {
  const std::unique_ptr<EVP_PKEY, Freed> key{EVP_EC_gen("P-256")};
  const std::unique_ptr<X509, Freed> certificate{X509_new()};
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  std::unique_ptr<SSL_CTX, Freed> context{SSL_CTX_new(TLS_server_method())};
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  return context;
}

TEST(HttpsCheck, AWrongCertificateFails) {
  const auto context = self_signed();
  ASSERT_TRUE(context);
  std::atomic<int> accepted{0};
  test::LoopbackServer server{[&](int peer) {
    const std::unique_ptr<SSL, Freed> tls{SSL_new(context.get())};
    SSL_set_fd(tls.get(), peer);
    if (SSL_accept(tls.get()) == 1) ++accepted;
  }};
  const auto got = check(page("https://localhost:" + std::to_string(server.port()) + "/")).result;
  EXPECT_EQ(got.outcome, Outcome::failed);
  EXPECT_NE(got.sentence.find("certificate"), std::string::npos) << got.sentence;
}

}  // namespace
}  // namespace jobflip::checks
