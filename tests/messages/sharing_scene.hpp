// What the tests of what is shared begin with.
#pragma once

#include "messages/sender.hpp"

namespace rookery::test {

/// A profile of SYSTEM's that lets it set a token: no user but those who are given one has it.
inline void let_system_set_tokens(TestVault& vault) {
    const auto profile =
        vault.create("fieldsecurityprofile", std::pair{"name", std::string("of SYSTEM")});
    vault.create(
        "fieldpermission",
        std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
        std::pair{"entityname", std::string("msdyn_octwitterhandlesecret")},
        std::pair{"attributelogicalname", std::string("msdyn_useraccesstoken")},
        std::pair{"cancreate", std::int64_t{4}},
        std::pair{"canupdate", std::int64_t{4}}
    );
    vault.associate("systemuserprofiles_association", vault.vault().system().user, profile);
}

}  // namespace rookery::test
