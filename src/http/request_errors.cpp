#include "http/request_errors.hpp"

#include <string>

namespace rookery::http {

Error answers_not_taken() {
    return {
        Errc::too_many_requests,
        "Earlier answers to the same user were not taken yet.",
        "Read them, or close their connections."};
}

Error too_many_answers() {
    return {Errc::unavailable, "The server holds too many large answers.", "Try again later."};
}

Error closing() { return {Errc::unavailable, "The vault is being sealed.", {}}; }

Error unexpected() { return {Errc::internal, "a request ended in an exception", {}}; }

Error too_busy() {
    return {Errc::unavailable, "The server has too many requests.", "Try again later."};
}

Error too_many_of_caller(std::size_t most) {
    return {
        Errc::too_many_requests,
        "Number of concurrent requests exceeded the limit of " + std::to_string(most) + ".",
        {}};
}

Error too_many_in_window(const Limits& limits) {
    return {
        Errc::rate_limited,
        "Number of requests exceeded the limit of " + std::to_string(limits.caller_requests_max) +
            " over time window of " + std::to_string(limits.caller_requests_window.count()) +
            " seconds.",
        {}};
}

}  // namespace rookery::http
