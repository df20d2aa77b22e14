# Adapts the staged files to Debian's rules; cpack runs it after the installation. All files get the
# same time, so that two builds of one version are identical.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
set(doc ${root}/usr/share/doc/jobflip)

file(MAKE_DIRECTORY ${root}/usr/share/lintian/overrides)
function(zip file)
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(GLOB_RECURSE linking ${doc}/*.md)
foreach(page ${linking})
  execute_process(COMMAND sed -i "s/](\\(\\(\\.\\.\\/\\)*\\)CHANGELOG\\.md/](\\1changelog.gz/g" ${page}
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(RENAME ${doc}/CHANGELOG.md ${doc}/changelog)
zip(${doc}/changelog)

if(NOT CPACK_DEBIAN_PACKAGE_RELEASE)
  set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
endif()
set(VERSION ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
set(MAINTAINER ${CPACK_DEBIAN_PACKAGE_MAINTAINER})
set(ENV{LC_ALL} C)
string(TIMESTAMP DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)  # from $SOURCE_DATE_EPOCH if it is set
configure_file(${CPACK_JOBFLIP_DEBIAN}/changelog.in ${doc}/changelog.Debian @ONLY)
zip(${doc}/changelog.Debian)
file(COPY ${CPACK_JOBFLIP_DEBIAN}/copyright DESTINATION ${doc})
file(COPY_FILE ${CPACK_JOBFLIP_DEBIAN}/lintian-overrides ${root}/usr/share/lintian/overrides/jobflip)

file(GLOB pages ${root}/usr/share/man/man*/*.[158])
foreach(page ${pages})
  zip(${page})
endforeach()

# Debian's zsh looks here
if(EXISTS ${root}/usr/share/zsh/site-functions)
  file(RENAME ${root}/usr/share/zsh/site-functions ${root}/usr/share/zsh/vendor-completions)
endif()
