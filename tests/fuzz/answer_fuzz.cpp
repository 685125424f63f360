// libFuzzer target for what the sync reads of another party's answers: challenges, errors, Retry-After, URLs.
#include "base/clock.hpp"
#include "base/https_url.hpp"
#include "sync/backoff.hpp"
#include "sync/challenge.hpp"
#include "sync/fault.hpp"
#include "sync/organization_client.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rookery;
    using namespace rookery::sync;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto url = parse_https_url(text)) {
        // What is one place has one spelling.
        if (parse_https_url(url->text()) != url) __builtin_trap();
    }
    if (const auto challenge = parse_challenge(text)) {
        if (parse_https_url(challenge->authority.text()) != challenge->authority) __builtin_trap();
    }
    const auto fault = parse_fault(text);
    if (!fault.code.empty() && fault.code.size() != 10) __builtin_trap();
    if (fault.missing_privilege.size() > 93) __builtin_trap();
    const auto wait = parse_retry_after(text, Instant{});
    if (wait && (wait->count() < 0 || *wait > retry_after_max)) __builtin_trap();
    static_cast<void>(is_etag(text));
    return 0;
}
