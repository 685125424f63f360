// Requests as clients send them, for the tests of this folder.
#pragma once

#include "base/http_message.hpp"
#include "odata/parse.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rookery::odata {

inline const ServiceRoot test_root{"https://vault.example.com", "vault.example.com/audit/n1"};
inline const std::string secrets = "/api/data/v9.2/msdyn_octwitterhandlesecrets";
inline const std::string id_text = "22222222-2222-4222-8222-222222222222";
inline const std::string other_id_text = "33333333-3333-4333-8333-333333333333";

/// Whoever asks may do what he asks for.
inline const Admits anyone = [](const messages::Message&) { return true; };

inline http::Request request(
    std::string method, std::string target, std::string_view body = {},
    std::vector<http::Header> headers = {}
) {
    http::Request out;
    out.method = std::move(method);
    out.target = std::move(target);
    out.headers = std::move(headers);
    out.body.assign(body.begin(), body.end());
    if (!body.empty() && out.header("Content-Type") == nullptr) {
        out.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
    }
    return out;
}

inline Parsed parsed(
    std::string method, std::string target, std::string_view body = {},
    std::vector<http::Header> headers = {}
) {
    return parse(
        request(std::move(method), std::move(target), body, std::move(headers)), test_root, anyone
    );
}

/// What was understood as a T, or nullptr. Nothing else in this folder looks into a Message.
template <class T>
T* message_if(Parsed& result) {
    return std::get_if<T>(&result.message);
}

template <class T>
const T* message_if(const Parsed& result) {
    return std::get_if<T>(&result.message);
}

template <class T>
bool is_message(const Parsed& result) {
    return message_if<T>(result) != nullptr;
}

/// The message as T, or an exception that fails the test with the rejection's text.
template <class T>
T message(Parsed result) {
    if (auto* rejected = message_if<messages::Rejected>(result)) {
        throw std::runtime_error(rejected->error.message);
    }
    auto* out = message_if<T>(result);
    if (out == nullptr) throw std::runtime_error("another message");
    return std::move(*out);
}

/// The error of a rejected request; Errc::count_ when it was understood.
inline Error rejection(const Parsed& result) {
    if (const auto* rejected = message_if<messages::Rejected>(result)) return rejected->error;
    return {Errc::count_, "not rejected", {}};
}

inline Errc refused(
    std::string method, std::string target, std::string_view body = {},
    std::vector<http::Header> headers = {}
) {
    return rejection(parsed(std::move(method), std::move(target), body, std::move(headers))).code;
}

}  // namespace rookery::odata
