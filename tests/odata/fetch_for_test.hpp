// FetchXML of one table, as a request, for the tests of this folder.
#pragma once

#include "base/percent_encode.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <string>

namespace rookery::odata::fetch_for_test {

inline std::string url(const std::string& xml, const std::string& more = {}) {
    return secrets + "?fetchXml=" + percent_encode(xml) + more;
}

inline std::string of_entity(const std::string& inside, const std::string& attributes = {}) {
    return "<fetch " + attributes + "><entity name=\"msdyn_octwitterhandlesecret\">" + inside +
           "</entity></fetch>";
}

inline std::string filtered(const std::string& conditions) {
    return of_entity("<filter>" + conditions + "</filter>");
}

inline std::string condition(
    const std::string& column, const std::string& op, const std::string& value = {}
) {
    return "<condition attribute=\"" + column + "\" operator=\"" + op + "\"" +
           (value.empty() ? std::string{} : " value=\"" + value + "\"") + "/>";
}

inline Errc refused_fetch(const std::string& xml, const std::string& more = {}) {
    return refused("GET", url(xml, more));
}

/// The digest of a query tells whether two ways of asking ask for the same.
inline std::string digest_of(const std::string& target) {
    const auto result = parsed("GET", target);
    const auto* list = message_if<messages::RetrieveMultiple>(result);
    INFO(target);
    REQUIRE(list != nullptr);
    return list->query_digest;
}

inline std::string repeated(const std::string& text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace rookery::odata::fetch_for_test
