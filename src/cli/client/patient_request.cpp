#include "cli/client/patient_request.hpp"

#include "cli/client/api_error.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace rookery::cli {
namespace {

using std::chrono::milliseconds;

constexpr int attempts_max = 6;

bool may_change(const Result<ApiReply>& reply, Patience patience) {
    if (reply) return reply->status == 429 || reply->status == 503;
    const auto code = reply.error().code;
    return patience == Patience::busy_or_away &&
           (code == Errc::unavailable || code == Errc::deadline);
}

/// A number of seconds in Retry-After; a date is not worth understanding here.
milliseconds asked_for(const Result<ApiReply>& reply) {
    const auto* after = reply ? reply->header("Retry-After") : nullptr;
    if (after == nullptr) return milliseconds{0};
    return milliseconds{1000 * std::clamp(std::strtol(after->c_str(), nullptr, 10), 0L, 30L)};
}

}  // namespace

Result<ApiReply> patient_request(
    ApiClient& client, Patience patience, std::string_view method, std::string_view path,
    const WipedBuffer& body, const std::vector<http::Header>& headers
) {
    for (int attempt = 1;; ++attempt) {
        auto reply = client.exchange(method, path, body, headers);
        if (!may_change(reply, patience) || attempt == attempts_max) {
            if (reply && !reply->succeeded()) return fail(error_of(*reply));
            return reply;
        }
        const auto pause = milliseconds{100} * (1 << attempt);
        std::this_thread::sleep_for(std::max(pause, asked_for(reply)));
    }
}

}  // namespace rookery::cli
