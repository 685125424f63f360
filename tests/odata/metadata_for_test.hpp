// Answers about metadata, for the tests of this folder.
#pragma once

#include "messages/retrieve_metadata.hpp"
#include "render_for_test.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace rookery::odata {

inline const std::string service = "/api/data/v9.2/";
inline const std::string entity_url =
    service + "EntityDefinitions(LogicalName='msdyn_octwitterhandlesecret')";

/// A URL's blanks are written as blanks.
inline std::string with_escaped_blanks(std::string_view url) {
    std::string out;
    for (const char c : url) {
        if (c == ' ') {
            out += "%20";
        } else {
            out += c;
        }
    }
    return out;
}

inline http::Response metadata_answer(
    std::string_view url, std::vector<http::Header> headers = {}
) {
    return shown(
        context_of(with_escaped_blanks(url), std::move(headers)), messages::MetadataReply{}
    );
}

inline nlohmann::json metadata_at(std::string_view url, std::vector<http::Header> headers = {}) {
    const auto answer = metadata_answer(url, std::move(headers));
    REQUIRE(answer.status == 200);
    return nlohmann::json::parse(body_of(answer));
}

inline Error metadata_refusal(std::string_view url, std::string method = "GET") {
    return rejection(parsed(std::move(method), with_escaped_blanks(url)));
}

/// The values of one property, in order.
inline std::vector<std::string> each(const nlohmann::json& rows, const char* property) {
    std::vector<std::string> out;
    for (const auto& row : rows) out.push_back(row.at(property).get<std::string>());
    return out;
}

}  // namespace rookery::odata
