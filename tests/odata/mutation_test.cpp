// Valid requests with random damage: whatever arrives, parse gives a Message and render_error a
// reply.
#include "odata/response/error_body.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace mutation_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const std::vector<std::string> urls = {
    secrets +
        "?$select=msdyn_name&$filter=contains(msdyn_name,'a%25')%20and%20not(statecode%20eq%200)&$"
        "top=3",
    secrets +
        "?$filter=Microsoft.Dynamics.CRM.In(PropertyName=@n,PropertyValues=@v)%20or%20"
        "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7)&@n='msdyn_name'"
        "&@v=[%22a%22,'b',%22\\u00e9%22]",
    secrets + "?$orderby=msdyn_name%20desc&$count=true&$filter=_ownerid_value%20eq%20" + id_text,
    secrets + "(" + id_text + ")?$select=msdyn_useraccesstoken&UnMaskedData=true",
    secrets +
        "?$expand=msdyn_octwitterhandleid($select=msdyn_name;$filter=contains(msdyn_name,'a;b');"
        "$expand=ownerid($select=fullname)),msdyn_octwitterapplicationid/$ref&$top=2",
    "/api/data/v9.2/systemusers?$expand=systemuserroles_association($orderby=name%20desc;$top=3)",
    secrets +
        "?$filter=contains(msdyn_octwitterhandleid/msdyn_name,'a')%20and%20not(owninguser/"
        "fullname%20"
        "eq%20null)&$orderby=msdyn_octwitterhandleid/owningteam/name%20desc",
    "/api/data/v9.2/systemusers?$filter=teammembership_association/any(t:t/teamroles_association/"
    "all(r:r/name%20eq%20'x'))",
    secrets +
        "?fetchXml=%3Cfetch%3E%3Centity%20name=%22msdyn_octwitterhandlesecret%22%3E%3Clink-entity%"
        "20"
        "name=%22team%22%20from=%22teamid%22%20to=%22owningteam%22%20alias=%22t%22%3E%3Cattribute%"
        "20"
        "name=%22name%22/%3E%3C/link-entity%3E%3Cfilter%3E%3Ccondition%20entityname=%22t%22%20"
        "attribute=%22name%22%20operator=%22null%22/%3E%3C/filter%3E%3C/entity%3E%3C/fetch%3E",
    "?$apply=filter(msdyn_name%20ne%20'a/b')/"
    "groupby((statuscode,_ownerid_value),aggregate($count"
    "%20as%20n,importsequencenumber%20with%20sum%20as%20s))&$orderby=statuscode%20desc&$top=3",
    secrets +
        "?fetchXml=%3Cfetch%20aggregate='true'%20aggregatelimit='9'%3E%3Centity%20name='msdyn_"
        "octwitterhandlesecret'%3E%3Cattribute%20name='createdon'%20alias='w'%20groupby='true'%20"
        "dategrouping='week'/%3E%3Corder%20alias='w'/%3E%3C/entity%3E%3C/fetch%3E",
    secrets + "(msdyn_octwitteruniquehandleid='it''s')",
    secrets + "(" + id_text + ")/msdyn_name",
    secrets + "(" + id_text + ")/msdyn_octwitterhandleid/$ref",
    secrets + "/Microsoft.Dynamics.CRM.CreateMultiple",
    "/api/data/v9.2/systemusers(" + id_text + ")/systemuserroles_association(" + other_id_text +
        ")/$ref",
    "/api/data/v9.2/rky_RetrieveAuditEvents(Record=@r,Top=@t)?@r=" + id_text + "&@t=7",
    "/api/data/v9.2/rky_ExplainAccess(Message='Update',Record=@r,Column=@c)?@r=" + id_text +
        "&@c=msdyn_useraccesstoken",
};

const std::vector<std::string> bodies = {
    {},
    R"j({"msdyn_name":"a\u00e9","msdyn_useraccesstoken":"t\"x","statuscode":1,"ownerid@odata.bind":"/teams(33333333-3333-4333-8333-333333333333)"})j",
    R"j({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret","msdyn_name":"a"}]})j",
    R"j({"value":null})j",
    R"j({"@odata.id":"msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)"})j",
};

const std::vector<std::string> methods = {"GET", "POST", "PATCH", "PUT", "DELETE"};

}  // namespace

TEST_CASE("damaged requests always become a Message", "[odata]") {
    std::mt19937 random{20260101};
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
    const std::string spice =
        "()',=@$%/\\\"{}[]:;&?+ \x01\x7F\xC3\xFF"
        "00eqornot";
    const auto damage = [&](std::string text) {
        for (auto times = below(4); times > 0 && !text.empty(); --times) {
            const auto at = below(text.size());
            switch (below(4)) {
                case 0:
                    text[at] = static_cast<char>(below(256));
                    break;
                case 1:
                    text.erase(at, below(8));
                    break;
                case 2:
                    text.insert(at, 1, spice[below(spice.size())]);
                    break;
                default:
                    text.insert(at, text.substr(below(text.size()), below(16)));
            }
        }
        return text;
    };
    std::size_t understood = 0;
    for (int i = 0; i < 20000; ++i) {
        const auto out = parsed(
            methods[below(methods.size())],
            damage(urls[below(urls.size())]),
            damage(bodies[below(bodies.size())]),
            below(4) == 0
                ? std::vector<
                      http::
                          Header>{{"If-Match", damage("W/\"12\", W/\"13\"")}, {"Prefer", damage("odata.maxpagesize=5,return=representation")}}
                : std::vector<http::Header>{}
        );
        if (is_message<messages::Rejected>(out)) {
            const auto error = rejection(out);
            CHECK(error.code < Errc::usage);
            CHECK_FALSE(error.message.empty());
            CHECK(render_error(out.context, error).status >= 400);
        } else {
            ++understood;
        }
    }
    CHECK(understood > 100);
}

}  // namespace mutation_test
