#include "cli/import/patient_request.hpp"

#include "cli/client/api_error.hpp"
#include "cli/import/import_failure.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace rookery::cli {
namespace {

using std::chrono::milliseconds;

constexpr int attempts_max = 6;

bool asks_to_wait(const Result<ApiReply>& reply) {
    return reply ? reply->status == 429 || reply->status == 503 : is_busy(reply.error().code);
}

/// A number of seconds in Retry-After; a date is not worth understanding here.
milliseconds asked_for(const Result<ApiReply>& reply) {
    const auto* after = reply ? reply->header("Retry-After") : nullptr;
    if (after == nullptr) return milliseconds{0};
    return milliseconds{1000 * std::clamp(std::strtol(after->c_str(), nullptr, 10), 0L, 30L)};
}

}  // namespace

Result<ApiReply> patient_request(
    ApiClient& client, std::string_view method, std::string_view path, const WipedBuffer& body
) {
    for (int attempt = 1;; ++attempt) {
        auto reply = client.exchange(method, path, body);
        if (!asks_to_wait(reply) || attempt == attempts_max) {
            if (reply && !reply->succeeded()) return fail(error_of(*reply));
            return reply;
        }
        const auto pause = milliseconds{100} * (1 << attempt);
        std::this_thread::sleep_for(std::max(pause, asked_for(reply)));
    }
}

}  // namespace rookery::cli
